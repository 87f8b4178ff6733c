/** What is done against abuse, by counts and amounts alone: alarms over keys, limits on starting things. Never looks at content, and ends nothing for good. */
export { type AlarmLetter, type AlarmMailer, tellAlarms } from './alarm-letters.ts'
export { type FindSharedParts, findShared, type SharedKey } from './find-shared.ts'
export { type LeakedKey, leakKey } from './leak-key.ts'
export { countAlarms, type KeyAlarm, listAlarms } from './list-alarms.ts'
export { ABUSE_DATA } from './personal-data.ts'
export { ALARM_KINDS, type AlarmKind, type NewAlarm, raiseAlarm } from './raise-alarm.ts'
export {
  ABUSE_DEFAULTS,
  ABUSE_FIELDS,
  type AbuseSettings,
  abuseBlock,
  abuseSettingsOf,
  type SpikeSettings,
  type WrittenAbuse,
} from './settings.ts'
export { makeSharingWatch, type SharingWatch } from './sharing-watch.ts'
export { SpendSums } from './spend-sums.ts'
export { makeSpikeWatch, type SpikeParts, type SpikeWatch } from './spike-watch.ts'
export { makeVelocity, type Velocity, type VelocityParts } from './velocity.ts'
