import { type ReactNode, useEffect } from 'react'
import { titleOf } from '../lib/brand.ts'

/** A page of an app: its title, what it is for, the one thing to do on it. */
export function Page(about: {
  readonly title: string
  readonly lead?: ReactNode
  readonly acts?: ReactNode
  readonly children: ReactNode
}) {
  const { title, lead, acts, children } = about
  useEffect(() => {
    document.title = titleOf(title)
  }, [title])
  return (
    <main className="page" id="main" tabIndex={-1}>
      <header>
        <div>
          <h1>{title}</h1>
          {lead !== undefined && <p>{lead}</p>}
        </div>
        {acts !== undefined && <div className="row">{acts}</div>}
      </header>
      {children}
    </main>
  )
}

/** A part of a page. */
export function Section(about: { readonly title: string; readonly acts?: ReactNode; readonly children: ReactNode }) {
  return (
    <section className="section">
      <header>
        <h2>{about.title}</h2>
        {about.acts !== undefined && <div className="row">{about.acts}</div>}
      </header>
      {about.children}
    </section>
  )
}

/** A figure and what it is of. */
export function Figure(about: { readonly name: string; readonly children: ReactNode; readonly note?: ReactNode }) {
  return (
    <div className="card">
      <span className="name">{about.name}</span>
      <span className="figure">{about.children}</span>
      {about.note !== undefined && <span className="note">{about.note}</span>}
    </div>
  )
}

/** Where nothing is yet: what would be here, and how to fill it. */
export const Empty = ({ children }: { readonly children: ReactNode }) => <div className="empty">{children}</div>

/** Something to know on a page; `kind` says whether there is something to do, a loss, or something proven. */
export function Notice({ kind, children }: { readonly kind?: 'todo' | 'loss' | 'proven'; readonly children: ReactNode }) {
  return (
    <div className={`notice ${kind ?? ''}`} role={kind === 'loss' ? 'alert' : undefined}>
      {children}
    </div>
  )
}

/** A word for the state of something. */
export function Tag({ kind, children }: { readonly kind?: 'good' | 'bad' | 'todo'; readonly children: ReactNode }) {
  return <span className={`tag ${kind ?? ''}`}>{children}</span>
}
