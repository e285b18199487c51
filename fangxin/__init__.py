"""放心 CRM (Fangxin): a CRM that companies can rest easy with."""
