import { textIn } from './cells.ts'
import type { Imported, ImportedUpstream, Refused, Row } from './imported.ts'
import { exactJson } from './read-tables.ts'

type Told = { readonly upstreams: readonly ImportedUpstream[]; readonly refused: readonly Refused[] }

/** The upstreams that channels of one-api or new-api are, and why others are none. */
export function upstreamsOf(source: Imported['source'], channels: readonly Row[]): Told {
  const read = channels.map((channel) => ({ ref: textIn(channel, 'id') ?? '', found: readChannel(source, channel) }))
  return {
    upstreams: read.flatMap(({ found }) => ('why' in found ? [] : [found])),
    refused: read.flatMap(({ ref, found }) => ('why' in found ? [{ noun: 'upstream', ref, why: found.why }] : [])),
  }
}

const ENABLED = '1'

function readChannel(source: Imported['source'], channel: Row): ImportedUpstream | { readonly why: string } {
  const type = textIn(channel, 'type') ?? ''
  if ((textIn(channel, 'status') ?? ENABLED) !== ENABLED) return { why: 'it is switched off there' }
  const known = KINDS[type]
  const base = (textIn(channel, 'base_url') ?? known?.baseUrl ?? '').replace(/\/+$/, '')
  if (known === undefined || base === '') return { why: `its type ${type} has no counterpart here` }
  const baseUrl = source === 'new-api' && type === CUSTOM ? baseOfWhole(base) : `${base}${known.path}`
  if (baseUrl === undefined) return { why: 'it has the address of one surface; name its base in farebox.yaml' }
  const names = namesIn(source, channel)
  if (names === undefined) return { why: 'which models it calls others by cannot be read' }
  const models = (textIn(channel, 'models') ?? '')
    .split(',')
    .map((model) => model.trim())
    .filter((model) => model !== '')
  return { id: `channel-${textIn(channel, 'id') ?? ''}`, kind: known.kind, baseUrl, models, names }
}

const CUSTOM = '8'

/** Kinds by number of channel type, with the address where a channel names none. Source: relay/channeltype of one-api, 2026-11-27. */
const KINDS: Readonly<Record<string, { readonly kind: string; readonly baseUrl: string; readonly path: string }>> = {
  '1': { kind: 'openai', baseUrl: 'https://api.openai.com', path: '/v1' },
  [CUSTOM]: { kind: 'openai-compatible', baseUrl: '', path: '/v1' },
  '14': { kind: 'anthropic', baseUrl: 'https://api.anthropic.com', path: '' },
  '20': { kind: 'openai-compatible', baseUrl: 'https://openrouter.ai/api', path: '/v1' },
  '24': { kind: 'gemini', baseUrl: 'https://generativelanguage.googleapis.com', path: '' },
}

/** new-api has the whole address of a custom channel, as it is called. Source: relay/channel/openai/adaptor.go of new-api, 2026-11-29. */
const baseOfWhole = (url: string): string | undefined => /^([^{}?]+)\/chat\/completions$/.exec(url)?.[1]

/** What a channel calls a model by; new-api goes on from there while that has another name. Source: relay/helper/model_mapped.go of new-api, 2026-11-29. */
function namesIn(source: Imported['source'], channel: Row): Readonly<Record<string, string>> | undefined {
  const told = exactJsonOf(textIn(channel, 'model_mapping') ?? '{}')
  if (typeof told !== 'object' || told === null || Array.isArray(told)) return undefined
  const names = new Map(Object.entries(told))
  if (![...names.values()].every((name) => typeof name === 'string' && name !== '')) return undefined
  const last = (model: string): string => {
    const seen = new Set([model])
    let at = String(names.get(model) ?? model)
    for (let next = names.get(at); source === 'new-api' && next !== undefined && !seen.has(at); next = names.get(at)) {
      seen.add(at)
      at = String(next)
    }
    return at
  }
  return Object.fromEntries([...names.keys()].map((model) => [model, last(model)]))
}

function exactJsonOf(text: string): unknown {
  try {
    return exactJson(text)
  } catch {
    // It is no JSON, which is told of the channel.
    return undefined
  }
}
