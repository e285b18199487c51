"""Selling: pipelines, stages, opportunities."""
