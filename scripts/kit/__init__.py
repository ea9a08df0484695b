"""What scripts and tests share: databases made from templates, Odoo processes, their outcome."""
