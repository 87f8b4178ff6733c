/** Checks of several nodes on one database and one Valkey; they harm no process but those that they started. */
export { threeNodes } from './three-nodes.ts'
