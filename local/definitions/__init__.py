"""The state machines as short lists of steps, composed into `state_machines/*.asl.json`, which is what is deployed.

A machine is a module `<noun>_flow.py` with a `MACHINE`. `parts.py` has the nouns that every machine is made of,
`chapters.py` the steps that several machines share. CONTRIBUTING.md says how to add a machine or a gate.
"""
