// Hands each control message to sendmsg(), which control.test.ts has replaced by peers/sendmsg.c.
import { sendmsg } from '../../lib/index.js'
import { controls } from './control-samples.js'

for (const control of controls) sendmsg(-1, { iov: [], control: [control] })
