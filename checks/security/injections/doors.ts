import { customerApp, operatorApp } from '../../../src/api/index.ts'
import { partlyMade } from '../../customer-doors.ts'
import { type AskList, fillPath } from '../answers/fill-path.ts'
import { exampleOf, type JsonSchema } from './example-of.ts'

/** Whose interface a door is of: `calls` are what gateways answer themselves. */
export type Side = 'customer' | 'operator' | 'calls'

/** One way in: its path filled with what is there, the parts of it that are parameters, the names it takes behind a question mark, and a body that it might take. */
export type Door = {
  readonly side: Side
  readonly line: string
  readonly method: string
  readonly path: string
  /** Places of the segments of `path` that the router takes for parameters. */
  readonly parameters: readonly number[]
  readonly queries: readonly string[]
  readonly body: unknown
}

/** Names that lists take elsewhere to be filtered and sorted by; none is declared here, and none may lead anywhere. */
const USUAL_QUERIES = ['sort', 'order', 'filter', 'where', 'q', 'limit', 'cursor', 'lang', 'id', 'page', 'fields', 'next', 'return_to']

type Operation = {
  readonly parameters?: readonly { readonly in?: string; readonly name?: string }[]
  readonly requestBody?: { readonly content?: Readonly<Record<string, { readonly schema?: JsonSchema }>> }
}
type Document = {
  readonly paths?: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components?: { readonly schemas?: Readonly<Record<string, JsonSchema>> }
}

/** Every door of both interfaces, as their routers know them; `ask` is how lists are read, for ids that are there. */
export async function doorsOf(ask: Readonly<Record<'customer' | 'operator', AskList>>): Promise<readonly Door[]> {
  const customers = customerApp(partlyMade({}))
  const operators = operatorApp(partlyMade({})) as unknown as typeof customers
  const doors: Door[] = []
  for (const [side, app] of [['customer', customers] as const, ['operator', operators] as const]) {
    const document = app.getOpenAPI31Document({ openapi: '3.1.0', info: { title: 'doors', version: '1' } }) as unknown as Document
    const routes = new Map(app.routes.filter(({ method }) => method !== 'ALL').map((route) => [`${route.method} ${route.path}`, route]))
    for (const [line, { method, path }] of routes) doors.push(await doorOf({ side, line, method, path, document }, ask[side]))
  }
  return doors
}

type Route = {
  readonly side: 'customer' | 'operator'
  readonly line: string
  readonly method: string
  readonly path: string
  readonly document: Document
}

async function doorOf({ side, line, method, path, document }: Route, ask: AskList): Promise<Door> {
  const declared = document.paths?.[path.replace(/:(\w+)(?:\{[^/]*\})?/g, '{$1}')] ?? document.paths?.[path.replace(/:(\w+)/g, '{$1}')]
  const operation = declared?.[method.toLowerCase()]
  const segments = path.split('/')
  const named = (operation?.parameters ?? []).filter((one) => one.in === 'query').map(({ name = '' }) => name)
  const schema = operation?.requestBody?.content?.['application/json']?.schema
  return {
    ...{ side, line, method, path: await fillPath(path.replace(/\/\*$/, '/anything'), ask) },
    parameters: segments.flatMap((segment, index) => (segment.startsWith(':') || segment === '*' ? [index] : [])),
    queries: [...named, ...named, ...named, ...USUAL_QUERIES],
    body: schema === undefined ? {} : exampleOf(schema, document.components?.schemas ?? {}),
  }
}
