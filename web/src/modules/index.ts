import './sales'
