"""Bring your own index: read somebody's tables, run a method, write the results.

Here belong files and their dirt. What is computed, and how, is in `pipelines.scoring`.
"""
