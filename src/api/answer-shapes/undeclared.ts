import type { RouteConfig } from '@hono/zod-openapi'
import { z } from 'zod'
import { readJson } from '../../lib/index.ts'
import { customerErrorBody, errorBody, managedError } from '../contract/index.ts'
import { isManaged } from '../manage/index.ts'
import { OTHER_ANSWERS } from './other-answers.ts'
import { type Shape, strangersIn } from './strangers.ts'

/** An answer, and what was asked: `path` without what follows a question mark. */
export type ToldAnswer = {
  readonly method: string
  readonly path: string
  readonly status: number
  readonly contentType: string | undefined
  readonly text: string
}

/** An interface as far as it is looked at: its router, and what its routes declare. */
export type LookedAt = {
  readonly routes: readonly { readonly method: string; readonly path: string }[]
  readonly openAPIRegistry: { readonly definitions: readonly object[] }
}

/**
 * What an answer holds that its route does not declare, or lacks that it does; nothing when it is as declared. Answers of other kinds than
 * JSON are judged by their kind alone. A route that declares no JSON and is in no list of those that are written without, is told of.
 */
export function undeclaredIn(app: LookedAt, answer: ToldAnswer): readonly string[] {
  const line = lineOf(app, answer)
  const isJson = answer.contentType?.startsWith('application/json') === true
  if (!isJson) return answer.status < 400 || answer.text === '' || isPage(answer) ? [] : [`${line} fails with ${answer.contentType}`]
  const shape = shapeOf(app, line, answer)
  if (shape === undefined) return [`${line} answers ${answer.status} with JSON that nobody declared`]
  return strangersIn(shape, readJson(answer.text)).map((told) => `${line}, ${answer.status}: ${told}`)
}

/** Pages for people fail as pages; what programs ask does not. */
const isPage = ({ contentType, path }: ToldAnswer): boolean =>
  contentType?.startsWith('text/html') === true && !/^\/(?:api|v1|operator)(?:\/|$)/.test(path)

/** The route that answers, as the router has it; where there is none what was asked. */
function lineOf({ routes }: LookedAt, { method, path }: ToldAnswer): string {
  const found = routes.find((route) => route.method === method && patternOf(route.path).test(path))
  return `${method} ${found?.path ?? path}`
}

const patternOf = (path: string): RegExp =>
  new RegExp(
    `^${path
      .replace(/[.]/g, '\\.')
      .replace(/:\w+\{\\?\.\+\}/g, '.+')
      .replace(/:\w+(?:\{[^/]*\})?/g, '[^/]+')
      .replace(/\/\*$/, '/.*')}$`,
  )

/** Says with 503 what it says with 200. */
const NOT_READY = 'GET /readyz'

function shapeOf(app: LookedAt, line: string, { path, status }: ToldAnswer): Shape | undefined {
  const declared = routesOf(app).find((route) => lineOfRoute(route) === line.replace(/\{[^/]*\}/g, ''))
  if (declared === undefined) {
    const schema = status >= 400 && line !== NOT_READY ? errorOf(app, path) : OTHER_ANSWERS[line]
    return schema === undefined ? undefined : closed(schema)
  }
  const { responses } = declared
  const told = responses[status] ?? (status >= 400 ? responses['default'] : undefined)
  const content = told !== undefined && 'content' in told ? told.content?.['application/json'] : undefined
  return content !== undefined && 'schema' in content && content.schema instanceof z.ZodType ? closed(content.schema) : undefined
}

/** zod closes objects where an output is described. Source: zod.dev/json-schema (2026-11-27). */
const closed = (schema: z.ZodType): Shape => z.toJSONSchema(schema, { io: 'output', unrepresentable: 'any', reused: 'inline' })

function routesOf({ openAPIRegistry }: LookedAt): readonly RouteConfig[] {
  return openAPIRegistry.definitions.flatMap((one) => ('route' in one ? [one.route as RouteConfig] : []))
}

const lineOfRoute = ({ method, path }: RouteConfig): string => `${method.toUpperCase()} ${path.replace(/\{(\w+)(?:\{[^}]*\})?\}/g, ':$1')}`

/** Failures where no route answered, or one that declares nothing. */
function errorOf(app: LookedAt, path: string): z.ZodType {
  const isOperators = app.routes.some((route) => route.path.startsWith('/operator/'))
  if (isOperators) return errorBody
  return isManaged(path) ? managedError : customerErrorBody
}
