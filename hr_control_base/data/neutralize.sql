-- A copy makes no seals and mails none: its record is not the company's.
UPDATE ir_cron SET active = FALSE
 WHERE id IN (
    SELECT res_id FROM ir_model_data WHERE module = 'hr_control_base' AND model = 'ir.cron' AND name = 'ir_cron_seal'
 );
UPDATE mail_mail SET state = 'cancel'
 WHERE state = 'outgoing'
   AND mail_message_id IN (SELECT id FROM mail_message WHERE model = 'hr.control.seal');
UPDATE res_company SET control_seal_email = NULL;
