import { globSync, readFileSync } from 'node:fs'
import ts from 'typescript'

/** A place where an event is logged, and the fields it has; `...` stands for fields that cannot be read off the source. */
export type LogPlace = { readonly place: string; readonly fields: readonly string[] }

/** Every place of a folder's source where an event is logged: a call with an object that has a member `event`. */
export function logPlaces(root: string): readonly LogPlace[] {
  const paths = globSync('src/**/*.ts', { cwd: root }).filter((path) => !path.endsWith('.test.ts'))
  return paths.sort().flatMap((path) => placesIn(path, readFileSync(`${root}/${path}`, 'utf8')))
}

/** The same for one text. */
export function placesIn(path: string, text: string): readonly LogPlace[] {
  const places: LogPlace[] = []
  const visit = (node: ts.Node): void => {
    const fields = ts.isCallExpression(node) ? eventFields(node) : undefined
    if (fields !== undefined) places.push({ place: path, fields })
    ts.forEachChild(node, visit)
  }
  visit(ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true))
  return places
}

function eventFields(call: ts.CallExpression): readonly string[] | undefined {
  const [entry] = call.arguments
  if (entry === undefined) return undefined
  if (!ts.isObjectLiteralExpression(entry)) return isLog(call.expression) ? ['...'] : undefined
  const names = entry.properties.map((property) => (ts.isSpreadAssignment(property) ? '...' : (property.name?.getText() ?? '...')))
  return names.includes('event') || isLog(call.expression) ? names : undefined
}

const isLog = (callee: ts.Expression): boolean => /(?:^|\.|#)log$/.test(callee.getText())
