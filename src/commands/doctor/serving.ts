import { existsSync } from 'node:fs'
import { type RequestOptions, request as requestPlain } from 'node:http'
import { request as requestTls } from 'node:https'
import { type Address, errorCode } from '../../lib/index.ts'
import { type Check, configOf, type Finding, plain } from './finding.ts'
import { isRunning } from './machine.ts'

/** What the finding that something serves is filed under. */
export const SERVING = 'serving'

const ANSWER_MS_MAX = 5_000
const READY = 200

/** Whether a Farebox that runs answers on both of its listeners and could serve a paid call. Nothing where none runs. */
export const checkServing: Check = async (setup) => {
  const config = configOf(setup)
  if (config === undefined || !existsSync(config.dataDir) || !(await isRunning(config.dataDir))) return []
  const { listen, operatorListen, tls, isEdgeOnly, publicUrl } = config
  const tlsName = tls === undefined ? undefined : new URL(publicUrl).hostname
  // Whoever takes connections of its proxies alone hangs up on us, too.
  const asked = isEdgeOnly ? [] : [await askListener({ who: 'gateways', name: 'FAREBOX_LISTEN', at: listen, tlsName })]
  return [...asked, await askListener({ who: 'control', name: 'FAREBOX_OPERATOR_LISTEN', at: operatorListen, tlsName: undefined })].flat()
}

type Listener = { readonly who: string; readonly name: string; readonly at: Address; readonly tlsName: string | undefined }

async function askListener({ who, name, at, tlsName }: Listener): Promise<readonly Finding[]> {
  if (at.port === 0) return []
  const place = `${at.host}:${at.port} (${who})`
  const told = await askReady(at, tlsName)
  if (typeof told === 'string' && UNTRUSTED.test(told))
    return [plain('ok', SERVING, `${place} answers, with a certificate that this machine does not trust (${told})`)]
  if (told === READY) return [plain('ok', SERVING, `${place} is ready for calls`)]
  if (typeof told === 'number')
    return [plain('failed', SERVING, `${place} is not ready (${told}), so calls are refused; the log says what it waits for`)]
  // A port that is bound while no gateway comes up looks from outside like one that nobody has.
  if (told === 'ECONNREFUSED') return [plain('failed', SERVING, `${place} takes no calls (${told}); ${eitherWay(name)}`)]
  return [plain('failed', SERVING, `${place} does not answer (${told}), so nobody is served; look at the log, and start Farebox again`)]
}

const eitherWay = (name: string): string =>
  `look for gateway-died and control-died in the log, or set ${name} here as the Farebox that runs has it, if it listens elsewhere`

/** The status of /readyz, or why there was none. */
function askReady({ host, port }: Address, tlsName: string | undefined): Promise<number | string> {
  const options: RequestOptions = { host: reachable(host), port, path: '/readyz', agent: false, timeout: ANSWER_MS_MAX }
  return new Promise((resolve) => {
    const asking = tlsName === undefined ? requestPlain(options) : requestTls({ ...options, servername: tlsName })
    asking.once('response', (response) => {
      response.destroy()
      resolve(response.statusCode ?? 0)
    })
    asking.once('timeout', () => {
      resolve('ETIMEDOUT')
      asking.destroy()
    })
    asking.once('error', (error) => resolve(errorCode(error)))
    asking.end()
  })
}

/** What is said of a certificate once it was shown; whoever shows one is there, and what is wrong with it is told by its own check. */
const UNTRUSTED = /CERT|SELF_SIGNED|ISSUER|LEAF_SIGNATURE/

/** Where a listener on every address can be asked. */
const reachable = (host: string): string => ({ '0.0.0.0': '127.0.0.1', '::': '::1' })[host] ?? host
