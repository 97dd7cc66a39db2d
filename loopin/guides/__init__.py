"""The guides for those who build on Loopin: their Markdown and their pages; what they say stands in
the documents."""
