/** A PostgreSQL of our own, from npm binaries, on a private Unix socket. Starts, finds again and stops it; never repairs it, never opens a port. */
export { type Binaries, platformBinaries, systemBinaries } from './binaries.ts'
export { checkCluster } from './initialise.ts'
export { type EmbeddedServer, launchEmbedded, launchServer } from './launch.ts'
export { EmbeddedPostgresError } from './refusals.ts'
