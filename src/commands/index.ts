/** The command line: one file per command and one line here. Reads arguments, calls the domains, prints; never decides what they know. */
export { type Command, type CommandContext, type CommandEntry, ExitError } from './command.ts'

import type { CommandEntry } from './command.ts'
import { run } from './run.ts'

/** Every command. They are loaded when called, so that a gateway's process holds no code that can reach the database. */
export const COMMANDS: readonly CommandEntry[] = [
  { name: 'serve', summary: 'start Farebox and keep it running', load: async () => (await import('./serve.ts')).serve },
  {
    name: 'account',
    summary: 'create, list, show and change accounts of the running server',
    load: async () => (await import('./account.ts')).account,
  },
  { name: 'apply', summary: 'bring the catalogue to what farebox.yaml says', load: async () => (await import('./apply.ts')).apply },
  {
    name: 'backup',
    summary: 'write the database as it is now into one sealed file, and the keys outside it into another',
    load: async () => (await import('./backup.ts')).backup,
  },
  {
    name: 'catalog',
    summary: 'compare prices with a published list and take them over, list and cancel our own',
    load: async () => (await import('./catalog.ts')).catalog,
  },
  { name: 'credit', summary: 'give an account credit on the running server', load: async () => (await import('./credit.ts')).credit },
  {
    name: 'doctor',
    summary: 'say what is wrong with this setup and how to mend it',
    load: async () => (await import('./doctor.ts')).doctor,
  },
  {
    name: 'egress',
    summary: 'list every place the running server may call, or print firewall rules for it',
    load: async () => (await import('./egress/index.ts')).egress,
  },
  {
    name: 'erase',
    summary: 'show what erasing an account takes and what has to stay, and erase it',
    load: async () => (await import('./erase.ts')).erase,
  },
  {
    name: 'export',
    summary: 'print a month of an account to be recomputed anywhere, or write all that an account has a right to',
    load: async () => (await import('./export.ts')).exportCommand,
  },
  {
    name: 'import',
    summary: 'take over accounts, balances, keys and prices from LiteLLM, new-api or one-api; shows them first',
    load: async () => (await import('./import/index.ts')).importCommand,
  },
  { name: 'key', summary: 'mint, list and revoke keys on the running server', load: async () => (await import('./key.ts')).key },
  { name: 'migrate', summary: 'bring the database to this version', load: async () => (await import('./migrate.ts')).migrate },
  {
    name: 'operators',
    summary: 'list, invite and disable operators of the running server',
    load: async () => (await import('./operators.ts')).operators,
  },
  { name: 'plan', summary: 'list, set and delete plans of the running server', load: async () => (await import('./plan.ts')).plan },
  {
    name: 'policy',
    summary: 'print the privacy policy of the running server, or the data map, export schema and plans made with it',
    load: async () => (await import('./policy.ts')).policy,
  },
  { name: 'prove', summary: 'run a check of the catalogue, or all of a tier', load: async () => (await import('./prove.ts')).prove },
  {
    name: 'reconcile',
    summary: 'compare closed days of the books with rows, payments and what providers report',
    load: async () => (await import('./reconcile.ts')).reconcile,
  },
  {
    name: 'refund',
    summary: 'take money out of an account on the running server, to give it back',
    load: async () => (await import('./refund.ts')).refund,
  },
  {
    name: 'refunds',
    summary: 'give money of a payment back to whoever paid: ask, show what is to be sent where, say that it was sent, cancel',
    load: async () => (await import('./refunds.ts')).refunds,
  },
  {
    name: 'restore',
    summary: 'fill an empty database with a backup, erase again who was erased, and recompute the books',
    load: async () => (await import('./restore.ts')).restore,
  },
  {
    name: 'statement',
    summary: 'print a month of an account: opening, every movement, closing',
    load: async () => (await import('./statement.ts')).statement,
  },
  {
    name: 'transfer',
    summary: "list and undo what moved an account's money on the running server",
    load: async () => (await import('./transfer.ts')).transfer,
  },
  {
    name: 'verify',
    summary: 'check a receipt, a bill or the audit log without trusting the server',
    load: async () => (await import('./verify.ts')).verify,
  },
]

/** Runs one command line (without node and script); returns the exit code: 0 done, 1 failed, 2 usage, 78 refused configuration. */
export const runCommand = (argv: readonly string[], environment: CommandEnvironment): Promise<number> =>
  run(COMMANDS, { argv, environment })

type CommandEnvironment = Readonly<Record<string, string | undefined>>
