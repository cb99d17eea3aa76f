-- Where one click of a mail program ends such mails (RFC 8058); forgotten once the mail is out.
ALTER TABLE mails ADD COLUMN unsubscribe text;
