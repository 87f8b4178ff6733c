import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { CONTROL_MESSAGES, GATEWAY_MESSAGES } from '../../src/channel/index.ts'
import type { CheckContext, Measured } from '../harness/index.ts'
import { startWorld } from '../world.ts'

const CHECKOUT = fileURLToPath(new URL('../..', import.meta.url))
/** What such a thing is called elsewhere. */
const INSPECTING =
  /break_?-?glass|inspect|log_?-?(?:bod|prompt|content|request|response)|(?:store|save|keep|record|capture|dump|debug|show|view|replay|mirror|shadow|sample)_?-?(?:bod|prompt|content|message|conversation|completion)|moderate_?content|content_?filter/i
/** Words that only sound so: an inspector of Node that is refused, and the field of a request that asks providers to keep nothing. */
const HARMLESS = /^(?:inspector|--inspect.*|inspect-.*|store-?d.*)$/
/** Modules of Node by which a gateway could show or keep what it sees; the fetcher asks names by the promises of dns. */
const SHOWING =
  /^(?:node:)?(?:inspector|child_process|worker_threads|cluster|repl|dgram|dns(?!\/promises$)|sqlite|v8|vm|diagnostics_channel|async_hooks|trace_events)/

/**
 * PRV-16: there is no break-glass. No setting, command, message, operator path, field of the file or name in the code that sees content has to
 * do with looking into it, and what is asked for in the environment all the same changes nothing.
 */
export async function noInspection(context: CheckContext): Promise<Measured> {
  context.expect(isInspecting('logPromptBodies') && isInspecting('FAREBOX_BREAK_GLASS'), 'blind: a name of that kind is not noticed')
  const outside = await namesFromOutside()
  for (const name of outside) context.expect(!isInspecting(name), `something can be asked for that looks into content: ${name}`)
  const files = gatewayFiles()
  const code = files.flatMap((path) => namesIn(path).map((name) => ({ path, name })))
  for (const { path, name } of code) context.expect(!isInspecting(name), `${path} names ${name}`)
  const modules = [...new Set(files.flatMap(modulesOf))]
  for (const name of modules) context.expect(!SHOWING.test(name), `a gateway loads ${name}`)
  await expectDeaf(context)
  return {
    n: outside.length + code.length,
    measured: { namesFromOutside: outside.length, namesInCode: code.length, files: files.length, modules: modules.length },
  }
}

const isInspecting = (name: string): boolean => INSPECTING.test(name) && !HARMLESS.test(name)

/** What can be said to a server: settings, fields of its file, commands, messages to its gateways. */
async function namesFromOutside(): Promise<readonly string[]> {
  const settings = readFileSync(`${CHECKOUT}/src/config.ts`, 'utf8').match(/\b[A-Z]+_[A-Z_]+\b/g) ?? []
  const schema = JSON.stringify(JSON.parse(readFileSync(`${CHECKOUT}/docs/farebox.schema.json`, 'utf8'))).match(/"[\w.]+":/g) ?? []
  const messages = [GATEWAY_MESSAGES, CONTROL_MESSAGES].flatMap((table) =>
    Object.entries(table).flatMap(([name, fields]) => [name, ...Object.keys(fields)]),
  )
  const commands = readFileSync(`${CHECKOUT}/src/commands/index.ts`, 'utf8').match(/(?<=name: ')[\w-]+/g) ?? []
  return [...new Set([...settings, ...schema.map((name) => name.slice(1, -2)), ...messages, ...commands])]
}

/** The files that a gateway is made of: its own, and all that these import. */
function gatewayFiles(): readonly string[] {
  const files = new Set(['src/gateway/main.ts'])
  for (const file of files) {
    for (const name of importsOf(file)) {
      if (name.startsWith('.')) files.add(new URL(name, `file:///${file}`).pathname.slice(1))
    }
  }
  const all = new Set(globSync('src/**/*.ts', { cwd: CHECKOUT }))
  return [...files].filter((path) => all.has(path))
}

const sourceOf = (path: string): ts.SourceFile =>
  ts.createSourceFile(path, readFileSync(`${CHECKOUT}/${path}`, 'utf8'), ts.ScriptTarget.Latest, true)

function importsOf(path: string): readonly string[] {
  return sourceOf(path).statements.flatMap((statement) => {
    const isFrom = ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement)
    const from = isFrom ? statement.moduleSpecifier : undefined
    const isTypeOnly = ts.isImportDeclaration(statement) && statement.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword
    return from !== undefined && ts.isStringLiteral(from) && !isTypeOnly ? [from.text] : []
  })
}

const modulesOf = (path: string): readonly string[] => importsOf(path).filter((name) => !name.startsWith('.'))

function namesIn(path: string): readonly string[] {
  const names = new Set<string>()
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) names.add(node.text)
    ts.forEachChild(node, visit)
  }
  visit(sourceOf(path))
  return [...names]
}

/** A server that is told to show what is said starts as any other, or not at all; it shows nothing. */
async function expectDeaf(context: CheckContext): Promise<void> {
  const asked = { FAREBOX_DEBUG_BODIES: '1', FAREBOX_BREAK_GLASS: '1', FAREBOX_LOG_PROMPTS: '1', DEBUG: '*', UNDICI_DEBUG: '1' }
  const world = await startWorld({ env: asked })
  try {
    const gateways = world.pidsOf('gateway').map((pid) => readFileSync(`/proc/${pid}/environ`, 'latin1'))
    context.expect(gateways.length > 0, 'blind: no gateway runs')
    for (const environment of gateways)
      context.expect(!/FAREBOX_|DEBUG/.test(environment), 'a gateway was told of a setting that nobody knows')
  } finally {
    await world.stop()
  }
}
