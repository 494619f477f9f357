"""Runs a program on a pseudo-terminal of its own, answers texts that it awaits, and ends as the program ends."""

import fcntl
import json
import os
import pty
import select
import struct
import sys
import termios

answers = json.loads(sys.argv[1])
pid, master = pty.fork()
if pid == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 120, 0, 0))
    os.execvp(sys.argv[2], sys.argv[2:])
seen = b""
while True:
    # Keys count once the program reads them one by one; before that the terminal would turn them into a line.
    is_raw = not termios.tcgetattr(master)[3] & termios.ICANON
    while is_raw and answers and answers[0][0].encode() in seen:
        seen = seen.split(answers[0][0].encode(), 1)[1]
        os.write(master, answers.pop(0)[1].encode())
    if not select.select([master], [], [], 0.02)[0]:
        continue
    try:
        piece = os.read(master, 65536)
    except OSError:
        break
    if not piece:
        break
    os.write(1, piece)
    seen += piece
status = os.waitpid(pid, 0)[1]
sys.exit(os.waitstatus_to_exitcode(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status))
