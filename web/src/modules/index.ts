import './base'
import './sales'
