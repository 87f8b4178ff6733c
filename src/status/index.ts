/** Whether the service and its models were there, minute by minute, and what a month below the promise brings; never looks at a call. */
export {
  type DayUptime,
  type DownDays,
  dailyUptime,
  type WatchedModel,
  type WatchedRoute,
  watchedModels,
  watchedRoutes,
} from './daily.ts'
export {
  countOpenIncidents,
  INCIDENT_STATES,
  type Incident,
  type IncidentNote,
  type IncidentState,
  listIncidents,
  type NewIncident,
  type NewNote,
  noteIncident,
  openIncident,
} from './incidents.ts'
export { announceMaintenance, cancelMaintenance, listMaintenance, type Maintenance, type NewMaintenance } from './maintenance.ts'
export { forgetMinutes, modelDowntimes, noteMinute, noteOutside, type Range, type RouteName, type Uptime, uptimeOf } from './minutes.ts'
export { listOutages, type Outage } from './outages.ts'
export { STATUS_DATA } from './personal-data.ts'
export { finishMonths, type JudgedMonth, judgeLastMonth, listJudgedMonths, type SlaParts, type SlaTerms } from './sla.ts'
