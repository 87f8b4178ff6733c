/** `farebox egress`: the places that the running server may call, and firewall rules made of them. Never changes the firewall itself. */
import { promises as dns, getServers } from 'node:dns'
import { isIP } from 'node:net'
import { z } from 'zod'
import { readIssuerSettings, readPaymentSettings, readTelegramSettings, readTracingSettings } from '../../catalog/index.ts'
import { type Config, processEnvironment } from '../../config.ts'
import { issuerServers } from '../../issuers/index.ts'
import { errorCode } from '../../lib/index.ts'
import { paymentServers } from '../../payments/index.ts'
import { type Command, type CommandContext, ExitError } from '../command.ts'
import { type Connect, connectOperator } from '../operator-client.ts'
import { JSON_OPTION, printData } from '../operator-command.ts'
import { formatTable } from '../table.ts'
import { ANY_PUBLIC_HOST, type Destination, destinationsOf } from './destinations.ts'
import { type Resolved, rulesetOf } from './ruleset.ts'

export { destinationsOf } from './destinations.ts'
export { rulesetOf } from './ruleset.ts'

type Flags = { readonly json?: boolean; readonly nftables?: boolean; readonly user: string }

const FAILED = 1
const USER = /^(?:\d{1,10}|[a-z_][a-z0-9_-]{0,31})$/
const upstreamList = z.object({
  data: z.array(z.object({ id: z.string(), kind: z.string(), base_url: z.string(), fetch_urls: z.boolean() })),
})

/** `farebox egress`, over a connection. */
export const egressWith =
  (connect: Connect): Command =>
  (program, context) => {
    program
      .option('--nftables', 'print rules for the firewall of Linux instead, by the addresses that names have now')
      .option('--user <user>', 'whose connections the rules are for', 'farebox')
      .option(...JSON_OPTION)
      .action(async (flags: Flags) => {
        if (!USER.test(flags.user)) return refuse(context, '--user: expected a login name such as farebox, or its number.')
        const { data } = upstreamList.parse(await (await connect(context)).get('/upstreams'))
        const destinations = destinationsOf(context.config(), data, serversOf(context.config()))
        if (flags.nftables !== true) return printData(context, { data: destinations }, { isJson: flags.json, text: tell(destinations) })
        const resolved = await Promise.all(destinations.map((destination) => resolve(context, destination)))
        context.print(rulesetOf(resolved, { user: flags.user, resolvers: resolverAddresses() }))
      })
  }

/** `farebox egress`: every place the running server may call, as a list or as rules for a firewall. */
export const egress: Command = egressWith(connectOperator)

/** Servers of payment rails and issuers, the one that a bot is served by, and a collector of traces. */
function serversOf(config: Config): readonly { readonly url: string; readonly why: string }[] {
  const bot = readTelegramSettings(config, processEnvironment())
  const payments = paymentServers(readPaymentSettings(config, processEnvironment()))
  const tracing = readTracingSettings(config, processEnvironment())
  return [
    ...payments,
    ...issuerServers(readIssuerSettings(config, processEnvironment())),
    ...(bot === undefined ? [] : [{ url: bot.apiUrl, why: 'messages by Telegram' }]),
    ...(tracing === undefined ? [] : [{ url: tracing.url, why: 'timings of calls for a collector of traces' }]),
  ]
}

function tell(destinations: readonly Destination[]): string {
  if (destinations.length === 0) return 'This server calls nobody: it has no upstream but its own sandbox, and its own database.'
  const rows = destinations.map(({ host, port, why }) => [host, String(port), why])
  return `${formatTable(['host', 'port', 'why'], rows, [1])}\nHold it to that: npx farebox egress --nftables | nft -f -`
}

async function resolve(context: CommandContext, destination: Destination): Promise<Resolved> {
  if (destination.host === ANY_PUBLIC_HOST) return { ...destination, addresses: [] }
  if (isIP(destination.host) !== 0) return { ...destination, addresses: [destination.host] }
  try {
    const found = await dns.lookup(destination.host, { all: true })
    return { ...destination, addresses: found.map(({ address }) => address) }
  } catch (thrown) {
    return refuse(context, `${destination.host} has no address now (${errorCode(thrown)}); rules without it would cut it off.`)
  }
}

/** The name servers of this machine; those on a port of their own are local. */
const resolverAddresses = (): readonly string[] => getServers().filter((server) => isIP(server) !== 0)

function refuse(context: CommandContext, message: string): never {
  context.note(message)
  throw new ExitError(FAILED)
}
