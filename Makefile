.PHONY: help run test lint bench i18n stop clean

help:
	@echo "make run    demo company on http://localhost:8069 (PORT=... for another port)"
	@echo "make test   every test"
	@echo "make lint   style, XML, translations, packaging"
	@echo "make bench  speed against plain Odoo and OCA add-ons (SCALE=0.05 for a quick look)"
	@echo "make i18n   export .pot files and merge them into i18n/zh_CN.po"
	@echo "make stop   end Odoo and PostgreSQL of this checkout"
	@echo "make clean  remove all that was made under .odoo, databases included"
	@echo
	@echo "ODOO_SOURCE=/path uses an Odoo 19 that is there, PGHOST=... a PostgreSQL server that runs."

run test lint bench i18n stop clean:
	@scripts/$@
