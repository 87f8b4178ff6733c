import { useNavigate } from '@tanstack/react-router'
import type { PublishedPrice } from '../../lib/receipt/index.ts'
import { Choice, Empty, Page, Snippet, useAsked } from '../../parts/index.ts'
import type { OwnKey } from '../answers.ts'
import { IfMay } from '../only.tsx'
import { useSearchTexts } from '../search-texts.ts'
import { CLIENTS } from '../setup/clients.ts'
import { useWords } from '../words/index.ts'

/** How a program is made to call this server, to be copied. */
export function SetupPage() {
  const words = useWords().setup
  const search = useSearchTexts(['client', 'model', 'keyId'])
  const navigate = useNavigate()
  const { data: keys } = useAsked<readonly OwnKey[]>('/api/keys')
  const { data: prices } = useAsked<{ readonly data: readonly PublishedPrice[] }>('/v1/prices')
  const models = [...new Set((prices?.data ?? []).map(({ model }) => model))].sort()
  const model = models.find((one) => one === search.model) ?? models[0] ?? 'MODEL'
  const client = Object.keys(CLIENTS).find((one) => one === search.client) ?? 'curl'
  const key = keys?.find(({ id }) => id === search.keyId) ?? keys?.[0]
  const change = (changed: object) => void navigate({ to: '.', search: { ...search, ...changed } as never, replace: true })
  return (
    <Page title={words.title} lead={words.lead}>
      <div className="filters">
        <Choice label={words.client} className="short" value={client} onChange={(event) => change({ client: event.currentTarget.value })}>
          {Object.keys(CLIENTS).map((one) => (
            <option key={one}>{one}</option>
          ))}
        </Choice>
        <Choice label={words.model} className="short" value={model} onChange={(event) => change({ model: event.currentTarget.value })}>
          {models.map((one) => (
            <option key={one}>{one}</option>
          ))}
        </Choice>
        {key !== undefined && (
          <Choice label={words.key} className="short" value={key.id} onChange={(event) => change({ keyId: event.currentTarget.value })}>
            {keys?.map(({ id, name, hint }) => (
              <option key={id} value={id}>
                {name ?? hint}
              </option>
            ))}
          </Choice>
        )}
      </div>
      <Snippet code={CLIENTS[client]?.({ base: window.location.origin, model }) ?? ''} />
      {keys !== undefined && <KeyNote apiKey={key} />}
    </Page>
  )
}

function KeyNote({ apiKey }: { readonly apiKey: OwnKey | undefined }) {
  const words = useWords().setup
  if (apiKey !== undefined) return <p className="faint">{words.keyNote(apiKey.name ?? apiKey.hint, apiKey.hint)}</p>
  return (
    <Empty>
      <span>{words.noKey}</span>
      <IfMay right="keys">
        <a className="button" href="/dashboard/keys">
          {words.makeKey}
        </a>
      </IfMay>
    </Empty>
  )
}
