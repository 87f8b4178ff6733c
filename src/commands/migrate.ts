import { refuseUnrestored } from '../backup/index.ts'
import type { Config } from '../config.ts'
import { checkServer, launchEmbedded, lockDataDir, migrate as migrateDatabase } from '../db/index.ts'
import type { Command, CommandContext } from './command.ts'
import { newPlace } from './database.ts'

/** `farebox migrate`: brings the database to this version. Refuses while a Farebox runs on the data directory, as that does it itself. */
export const migrate: Command = (program, context) => {
  program
    .option('--json', 'print the migrations that were run as JSON')
    .action((options: { readonly json?: boolean }) => runMigrate(context, options))
}

async function runMigrate(context: CommandContext, options: { readonly json?: boolean }): Promise<void> {
  const applied = await migrateConfigured(context.config(), context.note)
  if (options.json === true) context.print(JSON.stringify({ applied }))
  else if (applied.length === 0) context.print('The database is of this version already.')
  else context.print(`${applied.map((name) => `applied  ${name}`).join('\n')}\nThe database is of this version now.`)
}

async function migrateConfigured(config: Config, note: CommandContext['note']): Promise<readonly string[]> {
  refuseUnrestored(config.dataDir)
  if (config.databaseUrl !== undefined) {
    await checkServer(config.databaseUrl)
    return (await migrateDatabase(config.databaseUrl)).applied
  }
  const lock = await lockDataDir(config.dataDir)
  try {
    const server = await launchEmbedded({ dataDir: config.dataDir })
    if (server.isNew) note(newPlace(config.dataDir))
    try {
      return (await migrateDatabase(server.connection)).applied
    } finally {
      await server.stop()
    }
  } finally {
    await lock.release()
  }
}
