/** What goes when: calls with their day or as their account wants, everything else by its inventory entry. Never touches money. */
export { type AgreedTime, agreedTime } from './agreed-time.ts'
export { forgetAged, rewriteDeleted } from './forget-aged.ts'
export { isForgettable, keepNoStatistics } from './keep-no-statistics.ts'
export { RETENTION_DATA } from './personal-data.ts'
export { forgetUsage, purgeShortKept } from './purge-accounts.ts'
export { type Lateness, purgeDays, readLateness } from './purge-days.ts'
export { RETENTION_RULES, type RetentionJob, type RetentionRule, retentionJobs } from './retention-jobs.ts'
export { readWalTurnover, turnWal, type WalTurnover } from './write-ahead-log.ts'
