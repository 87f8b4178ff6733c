import { PORT } from './layout.ts'

/** How a server is meant to be: whether commits wait for the disk, which only tests do without, and how many connections it takes. */
export type ServerNature = { readonly isDurable: boolean; readonly connectionsMax?: number }

const CONNECTIONS_MAX = 60

/**
 * The server's command line after the program. It listens on its socket alone, writes nothing down about statements, and does not
 * reuse write-ahead log files, so that what was dropped leaves the disk.
 */
export function serverArguments(at: { readonly cluster: string; readonly socketDirectory: string } & ServerNature): readonly string[] {
  const switches = at.isDurable ? 'on' : 'off'
  const settings: Readonly<Record<string, string>> = {
    listen_addresses: '',
    unix_socket_permissions: '0700',
    fsync: switches,
    synchronous_commit: switches,
    full_page_writes: switches,
    // FATAL and PANIC alone are written, without detail: an ERROR may quote the value it is about.
    log_min_messages: 'fatal',
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    log_statement: 'none',
    log_parameter_max_length: '0',
    log_parameter_max_length_on_error: '0',
    log_checkpoints: 'off',
    track_activity_query_size: '100',
    wal_recycle: 'off',
    min_wal_size: '32MB',
    max_connections: String(at.connectionsMax ?? CONNECTIONS_MAX),
    shared_buffers: '128MB',
    // Parallel plans need shared memory that small containers lack, and no statement here gains by them.
    max_parallel_workers_per_gather: '0',
    jit: 'off',
  }
  const pairs = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  return ['-D', at.cluster, '-k', at.socketDirectory, '-p', String(PORT), ...pairs]
}
