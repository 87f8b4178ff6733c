import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useId, useState } from 'react'
import { call } from '../../lib/call.ts'
import { useAct } from '../../lib/use-act.ts'
import { Asked, Empty, Failed, Page, Section, Tag, When } from '../../parts/index.ts'
import type { SupportCase } from '../answers.ts'
import { useWords } from '../words/index.ts'

const PATH = '/api/support/requests'

/** What is asked of support, and what was answered. */
export function SupportPage() {
  const words = useWords().support
  return (
    <Page title={words.title} lead={words.lead}>
      <Ask />
      <Section title={words.asked}>
        <Asked<{ readonly data: readonly SupportCase[] }> path={PATH}>
          {({ data }) => (data.length === 0 ? <Empty>{words.none}</Empty> : data.map((one) => <Case key={one.id} one={one} />))}
        </Asked>
      </Section>
    </Page>
  )
}

function Ask() {
  const words = useWords().support
  const id = useId()
  const client = useQueryClient()
  const [text, setText] = useState('')
  const ask = useAct(async (question: string, once) => {
    await call(PATH, { method: 'POST', body: { text: question }, once })
    setText('')
    await client.invalidateQueries({ queryKey: [PATH] })
  })
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    void ask.run(text)
  }
  return (
    <form onSubmit={submit}>
      <div className="field">
        <label htmlFor={id}>{words.question}</label>
        <textarea
          id={id}
          rows={5}
          maxLength={4000}
          required
          value={text}
          onChange={(event) => setText(event.target.value)}
          aria-describedby={`${id}-hint`}
        />
        <span className="hint" id={`${id}-hint`}>
          {words.hint}
        </span>
      </div>
      {ask.error !== undefined && <Failed error={ask.error} />}
      <div className="row">
        <button type="submit" className="main" disabled={ask.isRunning}>
          {words.ask}
        </button>
      </div>
    </form>
  )
}

function Case({ one }: { readonly one: SupportCase }) {
  const words = useWords().support
  return (
    <article className="card">
      <p className="row">
        <When at={one.created_at} />
        <Tag kind={one.state === 'answered' ? 'good' : 'todo'}>{words.states[one.state as keyof typeof words.states] ?? one.state}</Tag>
        {one.ended_at === null && (
          <span className="faint">
            {words.promised} <When at={one.promised_at} />
          </span>
        )}
      </p>
      <p className="said">{one.question}</p>
      {one.answer !== null && <p className="said answer">{one.answer}</p>}
    </article>
  )
}
