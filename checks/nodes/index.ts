/** Checks of several nodes on one database and one Valkey; they harm no process but those that they started. */

export { versionBeforeMigration } from './previous-version.ts'
export { startNodes } from './start-nodes.ts'
export { threeNodes } from './three-nodes.ts'
export { upgradeOneByOne } from './upgrade.ts'
