-- 0011-audit.sql: what came from one address, for those who search the audit log.
-- needs code: 1

CREATE INDEX audit_log_address_at ON audit_log (address, at, id);
