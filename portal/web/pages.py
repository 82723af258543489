"""The templates' environment: what all pages share, and sentences without placeholders asked for the short way."""

from collections.abc import MutableMapping
from typing import Any

from flask.templating import Environment
from jinja2 import nodes
from jinja2.visitor import NodeTransformer

SENTENCE = "sentence"  # the filter, in `i18n`


class Pages(Environment):
    """Templates, none of which has globals of its own."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Those of all: in a chain of maps each import compares hundreds of names one by one."""
        return super().make_globals(d) if d else self.globals

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        template: nodes.Template = _Shorter().visit(super()._parse(source, name, filename))
        return template


class _Shorter(NodeTransformer):
    """`_("…")` becomes `"…"|sentence`: a page has hundreds, and Jinja asks of each call how its function is called."""

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 — as the visitor names it
        self.generic_visit(node)
        named = isinstance(node.node, nodes.Name) and node.node.name == "_"
        more = node.kwargs or node.dyn_args or node.dyn_kwargs
        if not named or more or len(node.args) != 1 or not isinstance(node.args[0], nodes.Const):
            return node
        return nodes.Filter(node.args[0], SENTENCE, [], [], None, None, lineno=node.lineno)
