import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { connectionTo, identifyServer } from '../../src/db/embedded/identify.ts'
import { launchServer } from '../../src/db/embedded/index.ts'
import { layoutOf } from '../../src/db/embedded/layout.ts'
import { serverEnvironment, startServer } from '../../src/db/embedded/server-process.ts'
import { serverArguments } from '../../src/db/embedded/server-settings.ts'
import { chooseServerUser, commandFor } from '../../src/db/embedded/server-user.ts'
import { stopServer } from '../../src/db/embedded/stop.ts'
import { platformBinaries } from '../../src/db/index.ts'

/** A PostgreSQL on which something that money needs is off. */
export type LaxServer = { readonly connection: string; readonly stop: () => Promise<void> }

const START_MS_MAX = 60_000

/** Starts the server of a directory with one setting off; makes its cluster when there is none. */
export async function startLaxServer(dataDir: string, setting: string): Promise<LaxServer> {
  const binaries = platformBinaries()
  await (await launchServer({ dataDir, binaries, isDurable: true })).stop()
  const layout = layoutOf(dataDir)
  // Of two values of one setting on a command line the last one counts.
  const args = [...serverArguments({ ...layout, isDurable: true }), '-c', `${setting}=off`]
  const program = join(binaries.directory, 'postgres')
  const command = commandFor(chooseServerUser(layout.cluster), { program, args, paths: [layout.cluster, layout.socketDirectory] })
  const started = startServer(command, layout, serverEnvironment(layout, binaries))
  const until = performance.now() + START_MS_MAX
  while ((await identifyServer(layout, started.pid ?? 0)) !== 'ours') {
    if (started.exit() !== undefined || performance.now() > until) throw new Error(`a server with ${setting} off did not start`)
    await sleep(20)
  }
  return { connection: connectionTo(layout, 'farebox'), stop: () => stopServer(layout.cluster) }
}
