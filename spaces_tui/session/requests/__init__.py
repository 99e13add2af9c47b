"""What a session can be asked, as plain values.

A screen makes one, hands it to `SessionPort.ask` and awaits the answer. The modules here hold the
questions and the answers and load no network code; `session.operations` answers them.
"""
