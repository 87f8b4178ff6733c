import type { CanonicalCall, FunctionTool, Tool, ToolChoice } from '../call.ts'
import { noteOthers, pathTo } from '../request-fields.ts'
import { lowerSchema } from './lower-schema.ts'
import {
  type Fields,
  given,
  named,
  noteUnknown,
  objectOf,
  objectsOf,
  requiredText,
  spelled,
  textOf,
  textsOf,
  wordOf,
} from './proto-fields.ts'

/** The tools of a request and which of them may be called. Source: https://ai.google.dev/api/caching#Tool (2026-11-26). */
export const readTools = (request: Fields): Pick<CanonicalCall, 'tools' | 'toolChoice'> => ({
  tools: (objectsOf(request, 'tools') ?? []).flatMap(readTool),
  toolChoice: readChoice(request),
})

/** An element of the list: functions of the client, tools of the provider, or both. */
function readTool(fields: Fields): readonly Tool[] {
  const functions = spelled(fields, 'functionDeclarations')
  const search = spelled(fields, 'googleSearch')
  const others = Object.keys(fields.object).filter((name) => name !== functions && given(fields, name) !== undefined)
  return [
    ...(objectsOf(fields, functions) ?? []).map(readFunction),
    ...others.map((name): Tool => {
      const value = { [name]: fields.object[name] ?? {} }
      return { kind: 'provider', protocol: 'gemini', value, isWebSearch: name === search, at: pathTo(fields, name) }
    }),
  ]
}

const FUNCTION = named('name', 'description', 'parameters', 'parametersJsonSchema')

function readFunction(fields: Fields): FunctionTool & { readonly at: string } {
  noteOthers(fields, FUNCTION)
  const parameters = objectOf(fields, 'parameters')?.object
  return {
    kind: 'function',
    name: requiredText(fields, 'name'),
    description: textOf(fields, 'description'),
    schema: objectOf(fields, 'parametersJsonSchema')?.object ?? (parameters === undefined ? undefined : lowerSchema(parameters)),
    isStrict: undefined,
    at: fields.path,
  }
}

const MODES = ['AUTO', 'ANY', 'NONE', 'VALIDATED', 'MODE_UNSPECIFIED'] as const

/** Source: https://ai.google.dev/api/caching#FunctionCallingConfig (2026-11-26). */
function readChoice(request: Fields): ToolChoice | undefined {
  const config = objectOf(request, 'toolConfig')
  if (config !== undefined) noteOthers(config, named('functionCallingConfig'))
  const calling = config === undefined ? undefined : objectOf(config, 'functionCallingConfig')
  if (calling === undefined) return undefined
  noteOthers(calling, named('mode', 'allowedFunctionNames'))
  const mode = wordOf(calling, 'mode', MODES) ?? 'AUTO'
  const names = textsOf(calling, 'allowedFunctionNames') ?? []
  if (mode === 'NONE') return { kind: 'none' }
  if (mode === 'ANY') return names.length === 0 ? { kind: 'required' } : { kind: 'named', names }
  if (mode === 'VALIDATED' && names.length > 0) return { kind: 'allowed', names }
  // That what is called keeps to its schema is nowhere else a matter of which tools may be called.
  if (mode === 'VALIDATED') noteUnknown(calling, 'mode')
  if (names.length > 0) noteUnknown(calling, 'allowedFunctionNames')
  return { kind: 'auto' }
}
