// The textbook TCP client: sends the line you type, prints the answer. Usage: tcp-client.ts HOST PORT
import { lookup } from 'node:dns/promises'
import { AF_INET, close, connect, read, SOCK_STREAM, socket, unwrap, write } from 'sys-socket'

const [host = 'localhost', port] = process.argv.slice(2)
const { address } = await lookup(host, { family: 4 })
const fd = unwrap(socket(AF_INET, SOCK_STREAM))
unwrap(connect(fd, { family: AF_INET, address, port: Number(port) }))

process.stdout.write('Please enter the message: ')
const buffer = Buffer.alloc(256)
const typed = unwrap(read(0, buffer)) // standard input is a descriptor too
unwrap(write(fd, buffer.subarray(0, typed)))

const count = unwrap(read(fd, buffer))
console.log(buffer.toString('utf8', 0, count))
close(fd)
