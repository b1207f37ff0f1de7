"""What follows what in a tree of blocks."""

from tests.unit.bpmn.blocks import Block

SCOPES = {"sub", "call", "deal", "alarm"}


def ahead(block: Block, target: Block) -> tuple[set[Block], bool]:
    """Return the blocks that follow a task in a block, and whether the block goes on after it."""
    if block is target:
        return set(), True
    index = next((index for index, part in enumerate(block.parts) if target in part.all()), None)
    if index is None:
        return set(), True
    found, goes_on = ahead(block.parts[index], target)
    if block.kind == "seq" and goes_on:
        found |= {one for part in block.parts[index + 1 :] for one in part.all()}
    if block.kind in {"many", "again"} and block.parts[0] is target:
        found.add(target)
    if block.kind == "guard" and index == 0 and goes_on:
        found |= set(block.parts[1].all())
    if block.kind == "guard" and index == 1 and not block.interrupting:
        goes_on = False
    if block.kind in SCOPES:
        goes_on = True
        found |= {one for part in block.parts[1:] if index == 0 and part.interrupting for one in part.all()}
    return found, goes_on


def is_before(root: Block, task: Block, leaf: Block) -> bool:
    """Whether a return may lead from a task to one that it follows: an alarm, and what a guard starts beside its
    work, is before nothing outside; out of an alarm that interrupts nothing no return leads."""
    for one in root.all():
        aside = (
            one
            if one.kind == "alarm"
            else one.parts[1]
            if one.kind == "guard" and not one.interrupting
            else None
        )
        if aside is None:
            continue
        if task in aside.all() and leaf not in aside.all():
            return False
        if leaf in aside.all() and task not in aside.all() and aside.kind == "alarm" and not one.interrupting:
            return False
    return True
