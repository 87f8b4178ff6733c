import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { call } from '../../lib/call.ts'
import { Asked, Notice, Page, Paged, Tag, When } from '../../parts/index.ts'
import type { SupportCase, SupportRequest } from '../answers.ts'
import { ActButton, ActDialog } from '../parts/index.ts'
import { useMay } from '../rights.ts'
import { useWords } from '../words/index.ts'

/** What customers asked of support, the oldest first, with the time by which each is due. */
export function SupportPage() {
  const words = useWords().support
  const [opened, setOpened] = useState<SupportRequest>()
  return (
    <Page title={words.title} lead={words.lead}>
      <Paged<SupportRequest>
        path="/operator/v1/support/requests?state=open&limit=50"
        caption={words.title}
        none={words.none}
        keyOf={({ id }) => id}
        onOpen={setOpened}
        columns={[
          {
            head: words.asked,
            cell: (request) => (
              <button type="button" className="plain" onClick={() => setOpened(request)}>
                <When at={request.created_at} />
              </button>
            ),
          },
          { head: words.account, cell: ({ account_id: id }) => <Link to={`/accounts/${id}`}>{id.slice(0, 8)}</Link> },
          { head: words.promised, cell: (request) => <Due at={request.promised_at} /> },
          { head: words.due, cell: (request) => <Due at={request.due_at} /> },
        ]}
      />
      {opened !== undefined && <Answer request={opened} onClose={() => setOpened(undefined)} />}
    </Page>
  )
}

/** A time by which something is due, and whether it has passed. */
function Due({ at }: { readonly at: string }) {
  const words = useWords().support
  return (
    <span className="row">
      <When at={at} isDay />
      {Date.parse(at) < Date.now() && <Tag kind="bad">{words.late}</Tag>}
    </span>
  )
}

function Answer({ request, onClose }: { readonly request: SupportRequest; readonly onClose: () => void }) {
  const words = useWords().support
  const may = useMay()
  const path = `/operator/v1/support/requests/${request.id}`
  return (
    <ActDialog
      title={words.caseTitle}
      act={words.answerAct}
      isWide
      isHeld={!may('care')}
      fields={['text']}
      onClose={onClose}
      run={({ text }, once) => call(`${path}/answer`, { method: 'POST', body: { text }, once })}
    >
      {(wrong) => (
        <>
          <Asked<SupportCase> path={path}>{({ question }) => <pre>{question ?? words.unreadable}</pre>}</Asked>
          <div className="field">
            <label htmlFor="answer">{words.answer}</label>
            <textarea id="answer" name="text" rows={6} maxLength={4000} required aria-invalid={wrong('text') !== undefined} />
            <span className="hint">{words.answerHint}</span>
          </div>
          {wrong('text') !== undefined && (
            <Notice kind="loss">
              <span>{wrong('text')}</span>
            </Notice>
          )}
          {may('care') && (
            <div className="row">
              <ActButton
                name={words.close}
                kind="plain"
                run={async () => {
                  await call(path, { method: 'PATCH', body: { state: 'closed' } })
                  onClose()
                }}
              />
            </div>
          )}
        </>
      )}
    </ActDialog>
  )
}
