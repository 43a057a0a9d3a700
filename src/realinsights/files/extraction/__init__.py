"""Extraction: text and previews out of files from strangers, in a process of their own with limits.

`extracting` is what that process runs; each other module reads some media types and is loaded only for one of them.
"""
