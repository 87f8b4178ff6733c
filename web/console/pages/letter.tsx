import { Link, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { call } from '../../lib/call.ts'
import { useLanguage } from '../../lib/language.tsx'
import { Asked, Field, Notice, Page, Segments } from '../../parts/index.ts'
import type { LetterPreview } from '../answers.ts'
import { ActDialog } from '../parts/index.ts'
import { useMay } from '../rights.ts'
import { useWords } from '../words/index.ts'

/** One letter as it is sent, with sample values, in either language; and a test of it to oneself. */
export function LetterPage() {
  const words = useWords().letters
  const may = useMay()
  const { key = '' } = useParams({ strict: false })
  const [language, setLanguage] = useState<string>(useLanguage().language)
  const [isSending, setSending] = useState(false)
  const [isSent, setSent] = useState(false)
  const path = `/operator/v1/letters/${encodeURIComponent(key)}`
  return (
    <Page
      title={key}
      lead={<Link to="/letters">{words.back}</Link>}
      acts={
        <>
          <a className="button" href={`${path}/page?lang=${language}`} target="_blank" rel="noreferrer">
            {words.page}
          </a>
          {may('house') && (
            <button type="button" className="main" onClick={() => setSending(true)}>
              {words.send}
            </button>
          )}
        </>
      }
    >
      <Segments
        label={words.language}
        value={language}
        choices={[
          { value: 'en', shown: 'English' },
          { value: 'zh', shown: '简体中文' },
        ]}
        onChange={setLanguage}
      />
      {isSent && (
        <Notice kind="proven">
          <span role="status">{words.sent}</span>
        </Notice>
      )}
      <Asked<LetterPreview> path={`${path}/preview?lang=${language}&filled=yes`}>{(letter) => <Paper letter={letter} />}</Asked>
      <p className="faint">{words.sample}</p>
      {isSending && (
        <ActDialog
          title={words.sendTitle(key)}
          act={words.sendAct}
          fields={['to']}
          onClose={() => setSending(false)}
          onDone={() => {
            setSending(false)
            setSent(true)
          }}
          run={({ to = '' }, once) =>
            call(`${path}/test`, { method: 'POST', body: { lang: language, ...(to === '' ? {} : { to }) }, once })
          }
        >
          {(wrong) => (
            <>
              <p>{words.sendMeans}</p>
              <Field label={words.to} hint={words.toHint} name="to" type="email" maxLength={254} wrong={wrong('to')} />
            </>
          )}
        </ActDialog>
      )}
    </Page>
  )
}

function Paper({ letter }: { readonly letter: LetterPreview }) {
  const words = useWords().letters
  return (
    <article className="paper" lang={letter.language === 'zh' ? 'zh-Hans' : 'en'}>
      <p className="faint">{words.subject}</p>
      <h2>{letter.subject}</h2>
      <p className="lines">{letter.text}</p>
    </article>
  )
}
