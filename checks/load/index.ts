/** Checks of load: how many are served, how fairly, and with how much memory; each has a server of its own and bounds of time and count. */
export { fairShare } from './fair-share.ts'
