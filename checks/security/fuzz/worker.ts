import { parentPort, workerData } from 'node:worker_threads'
import { CaseBoard } from './case-board.ts'
import { type Finding, type ShiftOrder, type ShiftReport, workShift } from './shift.ts'
import { type AnyTargetName, openTarget } from './targets/index.ts'

/** What a thread is started with. */
export type ThreadOrder = { readonly target: AnyTargetName; readonly memory: SharedArrayBuffer; readonly order: ShiftOrder }

/** What a thread tells. */
export type ThreadNote = { readonly type: 'found'; readonly finding: Finding } | { readonly type: 'done'; readonly report: ShiftReport }

if (parentPort !== null && isThreadOrder(workerData)) await work(workerData, (note) => parentPort?.postMessage(note))

async function work({ target: name, memory, order }: ThreadOrder, tell: (note: ThreadNote) => void): Promise<void> {
  const target = await openTarget(name)
  const corpus = order.corpus.map((input) => Buffer.from(input))
  const found = (finding: Finding): void => tell({ type: 'found', finding })
  const report = await workShift({ target, board: new CaseBoard(memory), found }, { ...order, corpus })
  tell({ type: 'done', report })
}

function isThreadOrder(data: unknown): data is ThreadOrder {
  return typeof data === 'object' && data !== null && 'target' in data && 'memory' in data
}
