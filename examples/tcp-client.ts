// The textbook TCP client: sends the line it reads, prints the answer. Usage: tcp-client.ts HOST PORT
import { readFileSync } from 'node:fs'
import { AF_INET, close, connect, read, SOCK_STREAM, socket, unwrap, write } from 'sys-socket'

const [host = '127.0.0.1', port] = process.argv.slice(2)
const fd = unwrap(socket(AF_INET, SOCK_STREAM))
unwrap(connect(fd, { family: AF_INET, address: host, port: Number(port) }))

process.stdout.write('Please enter the message: ')
const [line] = readFileSync(0, 'utf8').split('\n')
unwrap(write(fd, Buffer.from(`${line}\n`)))

const buffer = Buffer.alloc(256)
const count = unwrap(read(fd, buffer))
console.log(buffer.toString('utf8', 0, count))
close(fd)
