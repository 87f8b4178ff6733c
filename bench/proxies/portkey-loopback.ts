import { Server } from 'node:net'

// Loaded before Portkey, which has no setting for its address and would listen on every interface: holds it to 127.0.0.1.
const listen: unknown = Reflect.get(Server.prototype, 'listen')
if (typeof listen !== 'function') throw new Error('node:net has no Server.prototype.listen')

Server.prototype.listen = function listenOnLoopback(this: Server, ...given: unknown[]): Server {
  const isPort = typeof given[0] === 'number'
  const onListening = given.findLast((part) => typeof part === 'function')
  Reflect.apply(listen, this, isPort ? [{ port: given[0], host: '127.0.0.1' }, onListening] : given)
  return this
}
