"""Tells the compiler what it cannot know of a kernel: dividends and places in arrays are never negative.

Python's `//` rounds downwards and an index below 0 counts from the end; machine code pays for both at each division and each
look-up. In a kernel every division rounds an amount of at least 0 (settlement standard, Numbers), and every place is that of a
claim, a sum or a profile. The text that people read stays as it is: it is rewritten only on its way into machine code.
"""

from __future__ import annotations

import ast

LEAD = "from fuqi.batch.sure_numbers import place, quotient\n\n\n"
_LOOP = "i"
"""The kernel's own counter, of which the compiler knows by itself that it is not negative."""


def sure(source: str) -> str:
    """Return a kernel's text with its divisions and places told as never negative."""
    return LEAD + ast.unparse(ast.fix_missing_locations(_Sure().visit(ast.parse(source)))) + "\n"


class _Sure(ast.NodeTransformer):
    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        self.generic_visit(node)
        known = isinstance(node.slice, ast.Constant) or (isinstance(node.slice, ast.Name) and node.slice.id == _LOOP)
        if not known:
            node.slice = _call("place", node.slice)
        return node

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.op, ast.FloorDiv) and isinstance(node.right, ast.Constant):
            return _call("quotient", node.left, node.right)
        return node


def _call(name: str, *arguments: ast.expr) -> ast.Call:
    return ast.Call(ast.Name(name, ast.Load()), list(arguments), [])
