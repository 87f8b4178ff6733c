import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { PublishedPrice } from '../../lib/receipt/index.ts'
import { Asked, Choice, Empty, Page, Segments } from '../../parts/index.ts'
import { Only } from '../only.tsx'
import { NOTHING_TYPED } from '../playground/ask-fields.tsx'
import { CallBench } from '../playground/call-bench.tsx'
import { type ModelsFor, modelsFor } from '../playground/models-for.ts'
import { PLAYGROUND_PROTOCOLS, type ProtocolName, TASKS, type TaskName, taskOf } from '../playground/protocols.ts'
import { SessionBench } from '../playground/session-bench.tsx'
import { useSearchTexts } from '../search-texts.ts'
import { useWords } from '../words/index.ts'

const NAMES = [...Object.keys(PLAYGROUND_PROTOCOLS), 'realtime'] as readonly ProtocolName[]

/** Tries a model out, in any protocol; what is said stays in this tab. */
export function PlaygroundPage() {
  const words = useWords().playground
  return (
    <Page title={words.title} lead={words.lead}>
      <Asked<{ readonly data: readonly PublishedPrice[] }> path="/v1/prices">
        {({ data }) =>
          data.length === 0 ? (
            <Empty>{words.noModels}</Empty>
          ) : (
            <Only right="keys">
              <Bench prices={data} />
            </Only>
          )
        }
      </Asked>
    </Page>
  )
}

function Bench({ prices }: { readonly prices: readonly PublishedPrice[] }) {
  const search = useSearchTexts(['protocol', 'model'])
  const navigate = useNavigate()
  const [typed, setTyped] = useState(NOTHING_TYPED)
  const name = NAMES.find((one) => one === search.protocol) ?? 'chat'
  const models = modelsFor(prices, TASKS[taskOf(name)].pricedBy)
  const all = [...models.fitting, ...models.others]
  const model = all.find((one) => one === search.model) ?? all[0] ?? ''
  const change = (changed: object) => void navigate({ to: '.', search: { protocol: name, model, ...changed } as never, replace: true })
  const about = { model, typed, onWrite: (changed: Partial<typeof typed>) => setTyped((old) => ({ ...old, ...changed })) }
  const chosen = <Choosing {...{ name, model, models }} onChange={change} />
  return (
    <>
      <TaskChoice name={name} onChange={change} />
      {name === 'realtime' ? (
        <SessionBench {...about}>{chosen}</SessionBench>
      ) : (
        <CallBench {...about} name={name}>
          {chosen}
        </CallBench>
      )}
    </>
  )
}

type Change = (changed: { readonly protocol?: ProtocolName; readonly model?: string | undefined }) => void

/** What is wanted of a model; another wish begins with the model that was made for it. */
function TaskChoice({ name, onChange }: { readonly name: ProtocolName; readonly onChange: Change }) {
  const words = useWords().playground
  return (
    <Segments
      label={words.task}
      value={taskOf(name)}
      choices={(Object.keys(TASKS) as readonly TaskName[]).map((one) => ({ value: one, shown: words.tasks[one] }))}
      onChange={(one) => onChange({ protocol: TASKS[one as TaskName].protocols[0], model: undefined })}
    />
  )
}

function Choosing(about: { readonly name: ProtocolName; readonly model: string; readonly models: ModelsFor; readonly onChange: Change }) {
  const words = useWords().playground
  const { name, model, models, onChange } = about
  const protocols: readonly ProtocolName[] = TASKS[taskOf(name)].protocols
  return (
    <>
      {protocols.length > 1 && (
        <Segments
          label={words.protocol}
          value={name}
          choices={protocols.map((one) => ({ value: one, shown: words.names[one] }))}
          onChange={(one) => onChange({ protocol: one as ProtocolName })}
        />
      )}
      <Choice label={words.model} value={model} onChange={(event) => onChange({ model: event.currentTarget.value })}>
        <ModelNames label={words.fitting} models={models.fitting} />
        <ModelNames label={models.fitting.length > 0 ? words.others : undefined} models={models.others} />
      </Choice>
    </>
  )
}

function ModelNames({ label, models }: { readonly label: string | undefined; readonly models: readonly string[] }) {
  const options = models.map((one) => <option key={one}>{one}</option>)
  return label === undefined || models.length === 0 ? options : <optgroup label={label}>{options}</optgroup>
}
