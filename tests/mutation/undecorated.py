"""Python without the decorators of functions: each becomes the assignment it stands for.

mutmut leaves decorated functions alone, and here most that matter have a `@raises` or a
`@transaction.atomic`.
"""

import ast


class _Undecorator(ast.NodeTransformer):
    def visit_FunctionDef(self, node: ast.FunctionDef) -> list[ast.stmt]:
        if not node.decorator_list:
            return [node]
        value: ast.expr = ast.Name(node.name, ast.Load())
        for decorator in reversed(node.decorator_list):
            value = ast.Call(decorator, [value], [])
        node.decorator_list = []
        return [node, ast.Assign([ast.Name(node.name, ast.Store())], value)]


def undecorated(source: str) -> str:
    tree = _Undecorator().visit(ast.parse(source))
    return ast.unparse(ast.fix_missing_locations(tree))
