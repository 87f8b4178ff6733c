import { readFile } from 'node:fs/promises'
import type { BackupSecret } from '../backup/index.ts'
import { fail } from '../failures.ts'
import { errorCode } from '../lib/index.ts'
import type { CommandContext } from './command.ts'

/** The options by which a backup is closed or opened. */
export type SecretFlags = { readonly passphraseFile?: string; readonly recipient?: string; readonly identity?: string }

/** In help, the same for both commands. */
export const PASSPHRASE_OPTION = [
  '--passphrase-file <file>',
  'a file with the passphrase in its first line; FAREBOX_BACKUP_PASSPHRASE in the environment does the same',
] as const

/**
 * What closes or opens a backup, of exactly one of the options, or else of the environment. Fails with backup_secret_missing and
 * backup_unreadable.
 */
export async function secretOf(context: CommandContext, flags: SecretFlags, options: string): Promise<BackupSecret> {
  const { passphraseFile, recipient, identity } = flags
  const named = [passphraseFile, recipient, identity].filter((file) => file !== undefined)
  if (named.length > 1) return fail('backup_secret_missing', { options: `one of ${options}, not several` })
  if (recipient !== undefined) return { recipient: await readText(recipient) }
  if (identity !== undefined) return { identity: await readText(identity) }
  const passphrase =
    passphraseFile === undefined
      ? (context.environment['FAREBOX_BACKUP_PASSPHRASE'] ?? '')
      : ((await readText(passphraseFile)).split(/\r?\n/)[0] ?? '')
  return passphrase === '' ? fail('backup_secret_missing', { options }) : { passphrase }
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (thrown) {
    return fail('backup_unreadable', { path, problem: errorCode(thrown) })
  }
}
