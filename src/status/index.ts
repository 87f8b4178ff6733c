/** Whether the service and its models were there, minute by minute, and what a month below the promise brings; never looks at a call. */
export { announceMaintenance, cancelMaintenance, listMaintenance, type Maintenance, type NewMaintenance } from './maintenance.ts'
export { forgetMinutes, modelDowntimes, noteMinute, noteOutside, type Range, type Uptime, uptimeOf } from './minutes.ts'
export { STATUS_DATA } from './personal-data.ts'
export { type JudgedMonth, judgeLastMonth, listJudgedMonths, type SlaParts, type SlaTerms } from './sla.ts'
