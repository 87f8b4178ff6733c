import { readFileSync } from 'node:fs'
import { type Command, type CommandContext, ExitError } from './command.ts'
import { JSON_OPTION } from './operator-command.ts'
import { type Finding, lookFromOutside, NOT_FROM_OUTSIDE, type Outside } from './outside/index.ts'

type Flags = {
  readonly key?: string
  readonly secondKey?: string
  readonly model?: string
  readonly ca?: string
  readonly policySha256?: string
  readonly json?: boolean
}

const [FAILED, USAGE] = [1, 2]

/** `farebox verify https://host`: what of its promises a server can be seen to keep from outside, and which of them cannot be seen there. */
export const verifyHostCommand: Command = (program, context) => {
  program
    .argument('[address]', 'the server, such as https://api.example.com')
    .option('--key <key>', 'a key of yours; without it only what strangers see is tried. FAREBOX_KEY in the environment does the same')
    .option('--second-key <key>', 'a key of another account of yours, to see that the two are kept apart. FAREBOX_SECOND_KEY does the same')
    .option('--model <model>', 'a model to call nine times with canaries; an echo such as sandbox/echo shows the most')
    .option('--ca <file>', 'the certificate authority of the server, where it is one of your own')
    .option('--policy-sha256 <hash>', 'the hash of the policy as you read it')
    .option(...JSON_OPTION)
    .addHelpText('after', '\nExit codes of an address: 0 nothing is broken, 1 something is.')
    .action((address: string | undefined, flags: Flags) => runVerifyHost(context, address, flags))
}

async function runVerifyHost(context: CommandContext, address: string | undefined, flags: Flags): Promise<void> {
  const server = serverOf(context, address, flags)
  const findings = await lookFromOutside(server, flags.policySha256)
  const broken = findings.filter(({ result }) => result === 'broken').length
  const notFromOutside = NOT_FROM_OUTSIDE.map(([claim, instead]) => ({ claim, shown_by: instead }))
  if (flags.json === true) context.print(JSON.stringify({ ok: broken === 0, findings, not_from_outside: notFromOutside }))
  else context.print(tell(findings, broken))
  if (broken > 0) throw new ExitError(FAILED)
}

function serverOf(context: CommandContext, address: string | undefined, flags: Flags): Outside {
  const url = address !== undefined && /^https?:\/\//.test(address) && URL.canParse(address) ? new URL(address) : undefined
  if (url === undefined) {
    context.note('Name a server, such as farebox verify https://api.example.com, or what to verify: receipt, bill, audit.')
    throw new ExitError(USAGE)
  }
  const first = flags.key ?? context.environment['FAREBOX_KEY']
  const second = flags.secondKey ?? context.environment['FAREBOX_SECOND_KEY']
  return {
    address: url,
    ca: flags.ca === undefined ? undefined : readFileSync(flags.ca, 'utf8'),
    keys: first === undefined ? undefined : [first, second],
    model: flags.model,
  }
}

const MARKS = { shown: 'ok        ', broken: 'BROKEN    ', 'not tried': 'not tried ' } as const

function tell(findings: readonly Finding[], broken: number): string {
  const lines = findings.map(({ claim, result, what }) => `${MARKS[result]}${claim}: ${what}`)
  const rest = NOT_FROM_OUTSIDE.map(([claim, instead]) => `          ${claim}: ${instead}`)
  const end = broken === 0 ? 'Nothing that can be seen from outside is broken.' : `${broken} of ${findings.length} claims are broken.`
  return [...lines, '', 'What nobody can see from outside, and what shows it instead:', ...rest, '', end].join('\n')
}
