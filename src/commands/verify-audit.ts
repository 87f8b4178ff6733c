import { auditPage, checkpointPage } from '../api/contract/index.ts'
import { type ChainedEntry, type Checkpoint, verifyAudit } from '../audit/index.ts'
import { readPublicKeys } from '../receipts/index.ts'
import { type Command, type CommandContext, ExitError } from './command.ts'
import { type Connect, connectOperator, type OperatorClient } from './operator-client.ts'
import { JSON_OPTION } from './operator-command.ts'
import { readSource, refuseSource } from './read-source.ts'

type Flags = { readonly json?: boolean; readonly checkpoints?: string; readonly jwks?: string }

const [FAILED, UNPROVEN] = [1, 3]
const PAGE = 200

/** `farebox verify audit`, over a connection. */
export const verifyAuditWith =
  (connect: Connect): Command =>
  (program, context) => {
    program
      .description('check that no entry of the audit log was changed, taken out or cut off')
      .option('--checkpoints <file|url>', 'where days ended, as /.well-known/audit-checkpoints gave them; an old copy proves most')
      .option('--jwks <file|url>', 'the public keys, as /.well-known/jwks.json gave them')
      .option(...JSON_OPTION)
      .addHelpText('after', '\nExit codes: 0 proven, 1 not right, 3 right in itself, but held against no checkpoint.')
      .action(async (flags: Flags) => {
        const evidence = await readEvidence(context, flags)
        const entries = await readLog(await connect(context))
        const problems = verifyAudit(entries, evidence)
        const held = evidence.checkpoints.length
        if (flags.json === true)
          context.print(JSON.stringify({ ok: problems.length === 0, entries: entries.length, checkpoints: held, problems }))
        else context.print(tell({ problems, entries: entries.length, held }))
        if (problems.length > 0) throw new ExitError(FAILED)
        if (held === 0) throw new ExitError(UNPROVEN)
      })
  }

/** `farebox verify audit`: the audit log of the running server, recomputed here. */
export const verifyAuditCommand: Command = verifyAuditWith(connectOperator)

async function readEvidence(context: CommandContext, { checkpoints, jwks }: Flags) {
  if (checkpoints === undefined) return { checkpoints: [], keys: new Map<string, never>() }
  if (jwks === undefined) return refuseSource(context, 'Checkpoints are signed: give the keys with --jwks too.')
  const keys = readPublicKeys(await readSource(context, jwks)) ?? refuseSource(context, `${jwks} is no key set.`)
  return {
    checkpoints:
      readCheckpoints(await readSource(context, checkpoints)) ?? refuseSource(context, `${checkpoints} is no list of checkpoints.`),
    keys,
  }
}

function readCheckpoints(text: string): readonly Checkpoint[] | undefined {
  try {
    return checkpointPage.parse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

/** Every entry, oldest first. */
async function readLog(client: OperatorClient): Promise<readonly ChainedEntry[]> {
  const entries: ChainedEntry[] = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page = auditPage.parse(await client.get(`/audit?limit=${PAGE}${cursor === '' ? '' : `&cursor=${cursor}`}`))
    for (const { serial, at, actor, action, account_id: accountId, hash } of page.data)
      entries.push({
        serial: BigInt(serial),
        at: Date.parse(at),
        actor,
        action,
        accountId: accountId ?? undefined,
        hash: Buffer.from(hash, 'hex'),
      })
    cursor = page.next
  }
  return entries.reverse()
}

type Told = { readonly problems: readonly string[]; readonly entries: number; readonly held: number }

function tell({ problems, entries, held }: Told): string {
  const lines = problems.map((problem) => `wrong     ${problem}`)
  if (problems.length > 0) return [...lines, 'This log is not right.'].join('\n')
  const ok = `ok        ${entries} ${entries === 1 ? 'entry' : 'entries'}, each follows from the one before`
  if (held === 0) return `${ok}\nNothing proves that its end was not cut off: give --checkpoints, best a copy from long ago.`
  return `${ok}\nok        ${held === 1 ? 'the checkpoint stands' : `all ${held} checkpoints stand`} in it\nThis log is whole.`
}
