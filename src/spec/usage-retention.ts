/** Days after which calls are deleted where an account says nothing else; no account can have them kept for longer. */
export const USAGE_RETENTION_DAYS_MAX = 90
