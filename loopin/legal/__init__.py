"""The privacy notice and the terms: Markdown files that an operator replaces, shown as pages."""
