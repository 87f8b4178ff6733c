import { fail } from '../../failures.ts'
import type { CallAddress } from '../../protocols/index.ts'
import type { CanonicalCall } from '../call.ts'
import { noteOthers, parseRequest } from '../request-fields.ts'
import { CALL_ARGUMENTS } from './call-arguments.ts'
import { given, named, objectOf, spelled } from './proto-fields.ts'
import { readContents } from './read-contents.ts'
import { generationNames, readGeneration, readServiceTier } from './read-generation.ts'
import { readTools } from './read-tools.ts'

/** Fields that are read. `model` may be told again, as the official clients of other languages do. */
const KNOWN = named('model', 'contents', 'systemInstruction', 'tools', 'toolConfig', 'generationConfig', 'serviceTier')

/**
 * A request for content. The model and whether it is to be a stream are in its address; failure codes: invalid_json, json_too_deep,
 * missing_field, invalid_field, and nothing_stored for content that lies in a cache of the provider.
 * Source: https://ai.google.dev/api/generate-content (2026-11-26).
 */
export function readRequest(body: Buffer, address?: CallAddress): CanonicalCall {
  if (address === undefined) throw new TypeError('the model of this protocol is in the address')
  const request = parseRequest(body, CALL_ARGUMENTS)
  noteOthers(request, KNOWN)
  if (given(request, 'cachedContent') !== undefined) fail('nothing_stored', { field: spelled(request, 'cachedContent') })
  const config = objectOf(request, 'generationConfig') ?? { object: {}, path: 'generationConfig', unknown: request.unknown }
  return {
    protocol: 'gemini',
    model: address.model,
    isStream: address.isStream,
    wantsUsage: true,
    ...readContents(request),
    ...readTools(request),
    isParallel: undefined,
    ...readGeneration(config),
    serviceTier: readServiceTier(request),
    ...{ verbosity: undefined, promptCacheKey: undefined },
    unknown: request.unknown,
    names: {
      ...generationNames(config),
      system: spelled(request, 'systemInstruction'),
      messages: 'contents',
      toolChoice: spelled(request, 'toolConfig'),
      serviceTier: spelled(request, 'serviceTier'),
    },
  }
}
