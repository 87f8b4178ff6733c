import { type ApiDependencies, customerApp } from '../src/api/index.ts'
import { paymentSettingsOf } from '../src/payments/index.ts'

/** One way into what control has for customers, with its parameters filled in. */
export type CustomerDoor = { readonly method: string; readonly path: string }

const PARAMETERS: Readonly<Record<string, string>> = {
  month: '2026-01',
  id: '01900000-0000-7000-8000-000000000000',
  version: '1',
  file: '1.md',
  delivery: '01900000-0000-7000-8000-000000000001',
  issuer: 'nobody',
  rail: 'nobody',
  token: 'nothing',
  name: 'keys',
}

/** Every way in, as the router of the product itself knows it, so that a new one is looked at without being written down here. */
export const customerDoors = (): readonly CustomerDoor[] =>
  customerApp(partlyMade({}))
    .routes.filter(({ method }) => method !== 'ALL')
    .map(({ method, path }) => ({ method, path: filled(path) }))

/** Dependencies of which only some are there: who asks for another one hears of it when it is used. */
export const partlyMade = (parts: Partial<ApiDependencies>): ApiDependencies =>
  new Proxy<Partial<ApiDependencies>>(
    { paymentSettings: paymentSettingsOf(undefined), ...parts },
    { get: (known, name) => Reflect.get(known, name) ?? NOTHING_THERE },
  ) as ApiDependencies

const NOTHING_THERE = (): never => {
  throw new TypeError('an app that is asked for its routes alone was used')
}

/** What gateways answer themselves, besides calls. */
export const GATEWAY_PATHS: readonly string[] = ['/v1/models', '/v1/files', '/v1/chat/completions', '/nothing', '/.well-known/nothing']

function filled(path: string): string {
  return path.replace(/:(\w+)(?:\{[^/]*\})?/g, (_, name: string) => {
    const value = PARAMETERS[name]
    if (value === undefined) throw new TypeError(`${path} has a parameter that checks have no value for: ${name}`)
    return value
  })
}
